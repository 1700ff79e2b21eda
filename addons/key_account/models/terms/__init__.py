from . import scope
from . import line
from . import measure
from . import inputs
from . import decision
from . import envelope
from . import state
from . import change
