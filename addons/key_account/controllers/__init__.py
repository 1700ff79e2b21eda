from . import portal
from . import process_manual
from . import signed
from . import diagnosis
