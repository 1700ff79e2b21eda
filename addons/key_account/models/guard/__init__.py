from . import observation
from . import question
from . import scope
from . import order
from . import customer
from . import line
from . import mail
from . import report
