"""What ``test_integrator.py`` does inside Odoo: a department for the programs of
``docs/integrator.md``, with a key for each role.

``python integrator_steps.py DATABASE ADDONS_PATH`` prints ``{role: API key}``.
"""

import json
import logging
import os
import sys
from datetime import timedelta

ROLES = ("specialist", "manager", "director", "configurator", "administrator")
# What the receiver of the page listens on; the test says on which port.
OWN_HOSTS = "key_account.webhook_own_hosts"


def department(env):
    """The department that the add-on's own tests work with, in the main company."""
    from odoo.addons.key_account.tests.common import KeyAccountCommon

    class Department(KeyAccountCommon):
        """Made once, and kept."""

    company = env.ref("base.main_company")
    company.resource_calendar_id.tz = "UTC"
    Department.company = Department.other_company = company
    Department.env = env(context={"allowed_company_ids": company.ids})
    Department._make_users()
    Department._make_team()
    Department._make_authority()
    Department._make_customer()
    return Department


def keys(env, people):
    """``{role: API key}``, as each person makes one in their preferences."""
    from odoo import fields

    env.flush_all()
    until = fields.Datetime.now() + timedelta(days=1)
    made = {}
    for role, person in people.items():
        mine = env["res.users.apikeys"].with_user(person).sudo()
        made[role] = mine._generate("rpc", "Example", until)
    return made


def main(database, addons_path, own_host):
    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    sys.stdout, answer = sys.stderr, sys.stdout
    config.parse_config(
        [
            *("-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error"),
            *("--no-http", f"--addons-path={addons_path}"),
        ]
    )
    logging.getLogger("odoo").setLevel(logging.ERROR)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, 1, {"lang": "en_US", "tz": "UTC"})
        made = department(env)
        env["ir.config_parameter"].set_param(OWN_HOSTS, own_host)
        people = {role: getattr(made, role) for role in ROLES[:-1]}
        people["administrator"] = env.ref("base.user_admin")
        made = keys(env, people)
        cr.commit()
    json.dump(made, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
