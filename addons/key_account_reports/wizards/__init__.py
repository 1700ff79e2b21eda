from . import open_sheets
from . import kpi_act
