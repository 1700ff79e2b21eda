from . import portal
from . import process_manual
from . import signed
from . import diagnosis
from . import survey_template
from . import feedback
from . import satisfaction
from . import rating
