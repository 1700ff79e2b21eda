"""Methods that stand before all others of their model, whichever modules are installed.

Modules that these add-ons do not depend on may override a method further out than they
do, and their models cannot be inherited from: what has to come before such a module is
put on the class of the registry itself, as Odoo's automation rules are.
"""

import functools


def stand_before(env, model, name, around):
    """Have ``around(go_on, records, *args, **kwargs)`` called in place of this method;
    ``go_on(records, *args, **kwargs)`` is whatever else there is. Nothing is done where
    the model, or the method, is missing."""
    cls = env.registry.models.get(model)
    if cls is None or name in vars(cls) or not hasattr(cls, name):
        return

    def go_on(records, *args, **kwargs):
        return getattr(super(cls, records), name)(*args, **kwargs)

    @functools.wraps(getattr(cls, name))
    def method(self, *args, **kwargs):
        return around(go_on, self, *args, **kwargs)

    setattr(cls, name, method)
