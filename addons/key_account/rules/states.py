"""States that several subjects ask for, by the name of what they have in common."""

# Of a quotation: the customer may still get, sign, change or decline it.
UNDECIDED = ("draft", "sent")
# Of an account: its quotations are controlled. Lost and dropped ones are plain
# customers.
CONTROLLED = ("candidate", "trial", "active", "dormant")
# Of a quotation's authority: nothing of ours stands in its way.
FREE = ("not_applicable", "within", "approved")
# The last event of a sign-off that still waits for somebody's decision.
OPEN_EVENTS = ("request", "escalate")
# … and of those that say what somebody decided on a request.
DECISIONS = ("approve", "reject", "send_back")
# Of the contract review: the functions have the quotation in hand, and the customer
# neither pays nor edits now.
IN_REVIEW = ("to_review", "in_review", "failed")
# Kept in what was confirmed: that nobody had signed it off, and the level it needed.
UNAPPROVED = "unapproved"
