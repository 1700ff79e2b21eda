from . import remeasure
from . import company
from . import account
from . import people
from . import prices
from . import authority
from . import day
