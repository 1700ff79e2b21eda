from . import visit
from . import account
from . import steps
from . import follow_up
from . import deadline
from . import lines
from . import calendar_event
