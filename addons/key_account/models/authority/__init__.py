from . import level
from . import limit
from . import account
from . import grant
from . import visit
from . import bench
from . import delegation
from . import lead
