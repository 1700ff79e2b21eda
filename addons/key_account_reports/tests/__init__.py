from . import test_rules_kpi
from . import test_kpi_target
from . import test_kpi_sheet
from . import test_kpi_sales
from . import test_visit_report
from . import test_approval_report
from . import test_stage_report
from . import test_visit_print
