from . import authority
from . import delegation
