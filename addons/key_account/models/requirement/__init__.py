from . import requirement
from . import measure
from . import visit
from . import lead
from . import gates
from . import capability
from . import ruling
from . import forward
