from . import department
from . import accounts
from . import evaluations
from . import deals
from . import tenders
from . import visits
from . import story
from . import analysis
