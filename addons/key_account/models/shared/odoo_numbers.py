"""Odoo's own models whose numbers our rules read."""

from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["key.account.number", "res.partner"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["key.account.number", "res.company"]


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["key.account.number", "crm.team"]


class ResCurrencyRate(models.Model):
    _name = "res.currency.rate"
    _inherit = ["key.account.number", "res.currency.rate"]


class AccountPaymentTerm(models.Model):
    _name = "account.payment.term"
    _inherit = ["key.account.number", "account.payment.term"]


class AccountPaymentTermLine(models.Model):
    _name = "account.payment.term.line"
    _inherit = ["key.account.number", "account.payment.term.line"]


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["key.account.number", "product.template"]


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["key.account.number", "product.product"]


class ProductTemplateAttributeValue(models.Model):
    _name = "product.template.attribute.value"
    _inherit = ["key.account.number", "product.template.attribute.value"]


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["key.account.number", "product.pricelist.item"]
