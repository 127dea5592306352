-- Build the tables for a batch of repositories from stored rows. It uses the views and tables stored_rows (KEPT_SCHEMA),
-- read_hours (hour), wanted (repository, project, branch), line_repositories (from `repositories.sql`), batch
-- (repository), bounds (since, until, merged_since). Events are deduplicated by their ids.

create or replace table wanted_lines as
select stored_rows.*, wanted.repository, wanted.project, wanted.branch, line_repositories.is_doubtful
from stored_rows semi join read_hours using (hour)
join line_repositories on line_repositories.folded = lower(stored_rows.name) and line_repositories.repository_id is not distinct from stored_rows.repository_id
join batch on batch.repository = line_repositories.repository
join wanted on wanted.repository = line_repositories.repository;

create or replace table authors as
select repository, thread, min({'at': created_at, 'who': who}).who as author
from (
    select repository, thread, created_at, author as who from wanted_lines where author is not null
    union all
    select repository, thread, created_at, actor
    from wanted_lines
    where author is null and actor is not null and action = 'opened' and type in ('PullRequestEvent', 'IssuesEvent')
)
where thread is not null
group by all;

-- branches that were the default branch at some time
create or replace table branches as
select distinct repository, 'refs/heads/' || branch as ref from wanted semi join batch using (repository)
where branch is not null
union
select distinct repository, 'refs/heads/' || default_branch from wanted_lines where default_branch is not null;

insert into branches
select repository, unnest(['refs/heads/master', 'refs/heads/main'])
from batch where repository not in (select repository from branches);

-- openings and ends of pull requests; `unclear`: closed, and it is unknown whether that was a merge
create or replace table requests as
with named as (
    select wanted_lines.*,
        case
            when action = 'opened' then 'pull_opened'
            when action = 'merged' or (action = 'closed' and merged) then 'pull_merged'
            when action = 'closed' then 'pull_closed'
        end as kind,
        max(created_at) filter (where action in ('reopened', 'closed'))
            over (partition by repository, thread) as last_turn
    from wanted_lines where type = 'PullRequestEvent' and thread is not null
)
select named.* exclude (last_turn),
    -- a pull request that was reopened or closed again had not been merged
    kind = 'pull_closed' and merged is null and created_at < (select merged_since from bounds) and created_at = last_turn
        as unclear
from named
where kind is not null
    and not (
        -- a merge may be reported as `merged` and again as a bare `closed`
        kind = 'pull_closed' and merged is null and exists (
            select 1 from named as merge
            where merge.repository = named.repository and merge.thread = named.thread
                and merge.kind = 'pull_merged' and abs(epoch(merge.created_at) - epoch(named.created_at)) <= 60
        )
    );

create or replace table all_reviews as
select repository, review, min(thread) as thread,
    coalesce(min({'at': created_at, 'who': who}) filter (where own).who, min({'at': created_at, 'who': who}).who) as account,
    coalesce(min(created_at) filter (where own), min(created_at)) as submitted_at,
    min({'at': created_at, 'state': review_state}) filter (where own and review_state is not null).state as state,
    count(distinct native) filter (where not own) as comments,
    if(bool_or(own), 'review', 'comment') as evidence,
    min("commit") as "commit"
from (
    select wanted_lines.*, type = 'PullRequestReviewEvent' as own, coalesce(actor, speaker) as who
    from wanted_lines
    where review is not null and (
        (type = 'PullRequestReviewEvent' and action in ('created', 'submitted'))
        or (type = 'PullRequestReviewCommentEvent' and coalesce(action, 'created') = 'created')
    )
)
group by all;

create or replace table acts as
select repository || '#' || thread || ':' || kind as event_id, kind, repository, created_at,
    coalesce(authors.author, if(kind = 'pull_opened', actor, null)) as account,
    if(kind = 'pull_merged', coalesce(merged_by, actor), null) as other_account, thread, "commit"
from requests left join authors using (repository, thread) where kind in ('pull_opened', 'pull_merged')
union all
select repository || '#' || thread || ':pull_closed@' || strftime(created_at, '%Y%m%dT%H%M%S'), kind, repository,
    created_at, actor, authors.author, thread, "commit"
from requests left join authors using (repository, thread) where kind = 'pull_closed'
union all
select repository || '#' || thread || ':issue_opened', 'issue_opened', repository, created_at,
    coalesce(authors.author, actor), null, thread, null
from wanted_lines left join authors using (repository, thread)
where type = 'IssuesEvent' and action = 'opened' and thread is not null
union all
select repository || '#' || thread || ':issue_closed@' || strftime(created_at, '%Y%m%dT%H%M%S'), 'issue_closed',
    repository, created_at, actor, authors.author, thread, null
from wanted_lines left join authors using (repository, thread)
where type = 'IssuesEvent' and action = 'closed' and thread is not null
union all
select repository || ':comment/' || native, 'comment', repository, created_at, coalesce(actor, speaker),
    authors.author, thread, null
from wanted_lines left join authors using (repository, thread)
where type = 'IssueCommentEvent' and coalesce(action, 'created') = 'created' and native is not null
union all
select repository || ':review/' || review, 'review', repository, submitted_at, account, authors.author, thread, "commit"
from all_reviews left join authors using (repository, thread)
union all
select repository || ':review_comment/' || native, 'review_comment', repository, created_at, coalesce(actor, speaker),
    authors.author, thread, "commit"
from wanted_lines left join authors using (repository, thread)
where type = 'PullRequestReviewCommentEvent' and coalesce(action, 'created') = 'created' and native is not null
union all
select repository || ':commit_comment/' || native, 'commit_comment', repository, created_at, coalesce(actor, speaker),
    null, null, "commit"
from wanted_lines where type = 'CommitCommentEvent' and coalesce(action, 'created') = 'created' and native is not null
union all
select repository || ':discussion/' || native, 'discussion', repository, created_at, coalesce(wanted_lines.author, actor), null,
    thread, null
from wanted_lines where type = 'DiscussionEvent' and action = 'created' and native is not null
union all
select repository || ':star/' || lower(actor) || '@' || strftime(created_at, '%Y%m%dT%H%M%S'), 'star', repository,
    created_at, actor, null, null, null
from wanted_lines where type = 'WatchEvent' and actor is not null
union all
select repository || ':fork/' || lower(actor) || '@' || strftime(created_at, '%Y%m%dT%H%M%S'), 'fork', repository,
    created_at, actor, null, null, null
from wanted_lines where type = 'ForkEvent' and actor is not null
union all
select repository || ':refs/tags/' || native, 'release', repository, created_at, actor, null, null, "commit"
from wanted_lines where type = 'ReleaseEvent' and coalesce(action, 'published') = 'published' and native is not null
union all
select repository || '@' || piece.sha, 'commit', repository, created_at, piece.email, null, null, piece.sha
from (
    select repository, created_at, unnest(commits) as piece
    from wanted_lines semi join branches using (repository, ref) where type = 'PushEvent'
);

create or replace table events as
select event_id, 'gharchive' as source, kind, project, repository, created_at, null::smallint as utc_offset_minutes,
    coalesce(account, '') as account, other_account, thread, "commit", 'exact' as timestamp_quality
from (
    select * from acts
    qualify row_number() over (
        partition by event_id order by created_at, other_account is null, account nulls last, other_account, "commit"
    ) = 1
)
join wanted using (repository)
where created_at >= (select since from bounds) and created_at < (select until from bounds);

create or replace table unclear as
select repository || '#' || thread || ':pull_closed@' || strftime(created_at, '%Y%m%dT%H%M%S') as event_id, repository,
    thread as number, created_at as closed_at, any_value(actor) as account, any_value(authors.author) as other_account
from requests left join authors using (repository, thread)
where unclear and created_at >= (select since from bounds) and created_at < (select until from bounds)
group by all;

create or replace table pulls as
with ends as (
    select repository, thread, min(created_at) filter (where kind = 'pull_opened') as opened_at,
        min(created_at) filter (where kind = 'pull_merged') as merged_at,
        bool_or(kind = 'pull_closed') as closed, bool_or(unclear) as unclear
    from requests group by all
),
named as (
    select repository, thread, min(thread_opened_at) as opened_at, min(thread_merged_at) as merged_at
    from wanted_lines where is_pull and thread is not null group by all
)
select project, repository, thread as number,
    coalesce(ends.opened_at, named.opened_at) as opened_at,
    coalesce(ends.merged_at, named.merged_at) as merged_at,
    null::timestamp as first_commit_at, null::timestamp as last_commit_at, author as account, false as has_head,
    'archive: ' || coalesce(nullif(concat_ws(', ',
        if(ends.opened_at is not null, 'opened', null),
        if(coalesce(ends.merged_at, named.merged_at) is not null, 'merged', null),
        if(coalesce(ends.merged_at, named.merged_at) is null and unclear, 'closed, unclear whether merged', null),
        if(coalesce(ends.merged_at, named.merged_at) is null and closed and not unclear, 'closed', null)
    ), ''), 'named by others') as evidence
from named
left join ends using (repository, thread)
left join authors using (repository, thread)
join wanted using (repository)
where coalesce(ends.opened_at, named.opened_at, ends.merged_at, named.merged_at) is not null;

create or replace table profiles as
select actor as login, actor_id::varchar as github_id, profile_name as name, profile_company as company,
    min(created_at) as seen_at
from wanted_lines where actor is not null and (actor_id is not null or profile_name is not null or profile_company is not null)
group by all;

create or replace table repositories as
select repository,
    max({'at': created_at, 'it': repository_id}) filter (where repository_id is not null).it as repository_id,
    max({'at': created_at, 'it': name}).it as name,
    max({'at': created_at, 'it': description}) filter (where description is not null).it as description,
    max({'at': created_at, 'it': topics}) filter (where topics is not null).it as topics,
    max({'at': created_at, 'it': language}) filter (where language is not null).it as language,
    max({'at': created_at, 'it': stars}) filter (where stars is not null).it as stars,
    max(created_at) as seen_at
from wanted_lines group by all;

create or replace table counts as
select repository, date_trunc('hour', created_at)::timestamp as hour, kind, count(*) as count
from events group by all;

create or replace table pushes as
select distinct repository, created_at, actor as account, ref, before, "commit" as head, size
from wanted_lines
where type = 'PushEvent' and created_at >= (select since from bounds) and created_at < (select until from bounds);

create or replace table reviews as
select repository, review, thread, account, submitted_at, state, comments, evidence
from all_reviews
where submitted_at >= (select since from bounds) and submitted_at < (select until from bounds);

create or replace table doubtful as
select repository, date_trunc('hour', created_at)::timestamp as hour, count(*) as count
from wanted_lines where is_doubtful group by all;
