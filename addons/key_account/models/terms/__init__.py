from . import state
from . import decision
from . import envelope
from . import inputs
from . import measure
