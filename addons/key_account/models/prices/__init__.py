from . import product_facts
from . import currency
from . import tax
from . import price_reading
from . import reference_price
from . import unit
from . import payment_term
from . import agreed_pricelist
