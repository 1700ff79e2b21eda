"""What other modules add, used where they are installed: everything is probed here.

The add-on depends on none of them. Each function takes a record and says what it knows,
or ``None`` where the module is missing.
"""

from odoo.tools import SQL


def is_webshop_cart(order):
    """A cart of the webshop (website_sale): prices and delivery are the shop's, as long
    as no colleague has changed its terms."""
    return (
        "website_id" in order._fields
        and bool(order.website_id)
        and not order.terms_author_id
    )


def cart_fields():
    """Fields of an order that make it a cart of the webshop."""
    return ("website_id",)


def page_fields():
    """Fields of an order that put further pages into its document
    (sale_pdf_quote_builder)."""
    return ("quotation_document_ids", "customizable_pdf_form_fields")


def line_page_fields():
    """The same of its lines."""
    return ("product_document_ids",)


def page_lists(order):
    """``[(records, names)]``: the documents among them, of an order and of its lines;
    none where the module is missing."""
    documents = page_fields()[:1]
    if documents[0] not in order._fields:
        return []
    return [(order, documents), (order.order_line, line_page_fields())]


def pages(order, lines):
    """What stands before, between and after the pages of a quotation: documents by
    number, and what was typed into them (sale_pdf_quote_builder); nothing where there
    are none."""
    documents, typed = page_fields()
    if documents not in order._fields:
        return []
    found = [
        sorted(each[name]._origin.ids)
        for each, name in (
            (order.with_context(active_test=False), documents),
            *(
                (line.with_context(active_test=False), name)
                for line in lines
                for name in line_page_fields()
            ),
        )
    ]
    return [*found, order[typed] or ""] if any(found) else []


def delivery_term_fields():
    """Fields of an order that say who bears carriage and risk, and to where
    (sale_stock)."""
    return ("incoterm", "incoterm_location")


def delivery_terms(order):
    """The Incoterm by number and its place; nothing where none is agreed, or the module
    is missing."""
    incoterm, place = delivery_term_fields()
    if incoterm not in order._fields:
        return []
    agreed = [order[incoterm]._origin.id, order[place] or ""]
    return agreed if any(agreed) else []


def said_deliveries():
    """Ways to count deliveries (``qty_delivered_method``) by which somebody says how
    much it was: as a number, or as the share of an order that a milestone stands for
    (sale_project)."""
    return ("manual", "milestones")


def price_fields():
    """Fields of a line by which other modules name its price: the ticket of an event
    (event_sale)."""
    return ("event_id", "event_ticket_id", "event_slot_id")


def cost_of_line(line):
    """Unit cost in the currency of the order, as entered on the line (sale_margin)."""
    return line.purchase_price if "purchase_price" in line._fields else None


def cost_fields():
    """Fields of a line that a cost may be entered in."""
    return ("purchase_price",)


def cost_column(lines):
    """The column of order lines with their unit cost, in the currency of the order
    (sale_margin)."""
    return "purchase_price" if "purchase_price" in lines._fields else None


def cost_columns(lines):
    """The same as a list, for what is done with each."""
    column = cost_column(lines)
    return [column] if column else []


def entered_cost(lines, alias):
    """The unit cost of the rows ``alias`` of order lines (SQL), in the currency of the
    order; NULL where nobody has entered one."""
    column = cost_column(lines)
    if not column:
        return SQL("NULL::numeric")
    return SQL("NULLIF(%s, 0)::numeric", SQL.identifier(alias, column))


def lead_days_of_product(product):
    """Days from order to delivery that the product is kept with (stock)."""
    template = product.product_tmpl_id
    return template.sale_delay if "sale_delay" in template._fields else None


def is_of_carrier(product):
    """Whether a carrier is billed as this product (delivery). True where the module is
    missing, and nobody delivers by it."""
    if "delivery.carrier" not in product.env:
        return True
    carriers = product.env["delivery.carrier"].sudo().with_context(active_test=False)
    return bool(carriers.search_count([("product_id", "=", product.id)], limit=1))


def is_delivery_given(order, product, rate):
    """Whether the carrier's own rule makes delivery as this product free, or has it
    billed with the parcel (delivery).

    :param rate: units of the order's currency for one of the company's, if known
    """
    carrier = order.carrier_id.sudo() if "carrier_id" in order._fields else None
    if not carrier or product != carrier.product_id:
        return False
    if carrier.invoice_policy == "real":
        return True
    goods = order._compute_amount_total_without_delivery()
    return carrier.free_over and bool(rate) and goods / rate >= carrier.amount


def is_delivered_from_stock(order):
    """Whether goods of this order leave the stock, so that these deliveries say when it
    is handed over (sale_stock)."""
    return "delivery_status" in order._fields and bool(order.delivery_status)


def handed_over_from_stock(orders):
    """``{order: when the last of its goods left for the customer}`` (naive, in UTC) of
    those of these orders that are delivered in full (sale_stock)."""
    if "delivery_status" not in orders._fields:
        return {}
    found = {}
    for order in orders.filtered(lambda order: order.delivery_status == "full"):
        moments = [
            picking.date_done
            for picking in order.picking_ids
            if picking.state == "done"
            and picking.date_done
            and picking.location_dest_id.usage == "customer"
        ]
        if moments:
            found[order] = max(moments)
    return found
