from . import appraisals
