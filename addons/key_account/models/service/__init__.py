from . import feedback
from . import sample
from . import sample_promise
from . import sample_check
from . import sample_act
from . import sample_result
from . import sample_lead
from . import gates
