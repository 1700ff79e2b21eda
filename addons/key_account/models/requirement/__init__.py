from . import requirement
from . import visit
from . import capability
from . import ruling
from . import forward
