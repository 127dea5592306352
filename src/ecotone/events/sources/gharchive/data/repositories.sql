-- Which wanted repository a name and an id in a line belong to. It uses the views stored_rows (KEPT_SCHEMA), read_hours
-- (hour), wanted (repository, project, branch), wanted_names (repository, folded, is_own), declared_ids (repository, id).

create table line_names as
select repository_id, lower(name) as folded, max(created_at) as last, count(*) as lines
from stored_rows semi join read_hours using (hour)
group by all;

-- the ids of a repository: the declared ones, else the id of the newest lines under its own name
create table known_ids as
select repository, id, null::timestamp as seen from declared_ids
union all
select repository, max({'at': last, 'id': repository_id}).id, max(last)
from line_names join wanted_names using (folded)
where is_own and repository_id is not null and repository not in (select repository from declared_ids)
group by all;

-- Priority: a declared id, the own name, the id learnt from that name, a former name that no known id contradicts.
-- A different id under the own name may be a recreated repository or an earlier one: such lines count as doubtful.
create table line_repositories as
with candidates as (
    select repository_id, folded, lines, repository, 1 as rank, null::timestamp as last_seen
    from line_names join known_ids on id = repository_id where known_ids.seen is null
    union all
    select repository_id, folded, lines, repository, 2, null
    from line_names join wanted_names using (folded)
    where is_own and (repository_id is null or repository not in (select repository from declared_ids))
    union all
    select repository_id, folded, lines, repository, 3, known_ids.seen
    from line_names join known_ids on id = repository_id where known_ids.seen is not null
    union all
    select repository_id, folded, lines, repository, 4, null
    from line_names join wanted_names using (folded)
    where not is_own and (repository_id is null or repository not in (select repository from known_ids))
)
select repository_id, folded, lines, repository,
    rank = 2 and repository_id is not null and repository_id not in (select id from known_ids) as is_doubtful
from candidates
qualify row_number() over (
    partition by repository_id, folded order by rank, last_seen desc nulls last, repository
) = 1;
