"""What every worker keeps in memory, forgotten when it is written anew."""


def forget(env):
    """Have what is kept in memory asked anew: by this request, which goes on with what
    it has written, and by everybody once that is committed. Who asks in between, in
    the same process, keeps in memory what was before, which must not stay there.
    """
    clear, after = env.registry.clear_cache, env.cr.postcommit
    clear()
    if forget not in after.data:
        after.data[forget] = True
        after.add(clear)
