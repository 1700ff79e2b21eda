from . import department
from . import accounts
from . import deals
from . import visits
from . import story
