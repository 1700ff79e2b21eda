from . import observation
from . import order
from . import line
from . import mail
from . import report
