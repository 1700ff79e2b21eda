from . import set_up
from . import gate_override
from . import ruling
from . import lost
from . import decide
from . import signed_return
from . import close_account
from . import visit_reason
