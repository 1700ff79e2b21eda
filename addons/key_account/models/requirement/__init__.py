from . import requirement
from . import capability
from . import ruling
from . import forward
