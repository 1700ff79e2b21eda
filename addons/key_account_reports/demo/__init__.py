from . import appraisals
from . import outcomes
