from . import open_sheets
from . import visit_reason
