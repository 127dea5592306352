-- Which wanted repository a name and an id belong to. Views it starts from: shelf (KEPT_SCHEMA), told_hours (hour),
-- wanted (repository, project, branch), wanted_names (repository, folded, is_own), declared_ids (repository, id).

create table seen as
select repository_id, lower(name) as folded, max(created_at) as last, count(*) as lines
from shelf semi join told_hours using (hour)
group by all;

-- the id a repository has: the declared ones, else that which lines under its own name show last
create table known_ids as
select repository, id, null::timestamp as seen from declared_ids
union all
select repository, max({'at': last, 'id': repository_id}).id, max(last)
from seen join wanted_names using (folded)
where is_own and repository_id is not null and repository not in (select repository from declared_ids)
group by all;

-- a declared id goes first, then the own name, then the id learnt from that name; a former name counts only where
-- nothing says that it had become another repository's. Under its own name another id may be the same repository made
-- anew, or another one that bore the name before: nobody can say, so such lines count and are doubtful.
create table places as
with found as (
    select repository_id, folded, lines, repository, 1 as rank, null::timestamp as last_seen
    from seen join known_ids on id = repository_id where known_ids.seen is null
    union all
    select repository_id, folded, lines, repository, 2, null
    from seen join wanted_names using (folded)
    where is_own and (repository_id is null or repository not in (select repository from declared_ids))
    union all
    select repository_id, folded, lines, repository, 3, known_ids.seen
    from seen join known_ids on id = repository_id where known_ids.seen is not null
    union all
    select repository_id, folded, lines, repository, 4, null
    from seen join wanted_names using (folded)
    where not is_own and (repository_id is null or repository not in (select repository from known_ids))
)
select repository_id, folded, lines, repository,
    rank = 2 and repository_id is not null and repository_id not in (select id from known_ids) as is_doubtful
from found
qualify row_number() over (
    partition by repository_id, folded order by rank, last_seen desc nulls last, repository
) = 1;
