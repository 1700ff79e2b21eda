"""What many records hold, read at once: for what looks at every card of a page."""


def at_hand(records, name):
    """``{id: value}`` of a stored field as memory holds it: of a many2one field the id,
    or None. Read by one query where it is not there yet.

    A value asked of each record by itself costs twenty calls; a pipeline asks thousands
    of times. Rights are not looked at: the records come with full ones.
    """
    assert records.env.su, "read with full rights, by whoever decides what is shown"
    field = records._fields[name]
    if field.compute:
        field.recompute(records)
    cache = field._get_cache(records.env)
    for record_id in records._ids:
        if record_id not in cache:
            # Read along with all the others, which are there the next time.
            records.browse(record_id).with_prefetch(records._prefetch_ids)[name]
    return {record_id: cache.get(record_id) for record_id in records._ids}
