# Plain Python: the decisions themselves. Nothing below this folder imports odoo.
from . import dimensions
