from . import level
from . import limit
from . import grant
from . import delegation
