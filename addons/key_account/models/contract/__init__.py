from . import signed_file
from . import agreement
from . import signature
from . import signed_return
from . import review
from . import review_deadline
from . import payment_transaction
from . import account_move
