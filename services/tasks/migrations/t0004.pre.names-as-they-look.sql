-- depends: t0003.pre.duties
-- Names as they look: what `shared/typed_text.py` does to what is typed from now on, done once to the names and codes of
-- units and the names of groups that are stored already. Two that would become the same stay as they are, and whoever
-- saves one of them is told. Units that change are announced.

CREATE OR REPLACE FUNCTION pg_temp.visible(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace($1,
        '[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e'
        '\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3'
        '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
        '', 'g')
$$;

CREATE OR REPLACE FUNCTION pg_temp.tidied(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT btrim(regexp_replace(normalize(translate(
        regexp_replace(pg_temp.visible($1),
            '[\u0009 \u00a0\u115f\u1160\u1680\u2000-\u200a'
            '\u202f\u205f\u2800\u3000\u3164\uffa0\u000a\u000b\u000c\u000d\u0085\u2028\u2029]',
            ' ', 'g'),
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
        '⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻭⻰⻳'
        '⼀⼁⼂⼃⼄⼅⼆⼇⼈⼉⼊⼋⼌⼍⼎⼏⼐⼑⼒⼓⼔⼕⼖⼗⼘⼙⼚⼛⼜⼝⼞⼟⼠⼡⼢⼣⼤⼥⼦⼧⼨⼩⼪⼫⼬⼭⼮⼯⼰⼱⼲⼳⼴⼵'
        '⼶⼷⼸⼹⼺⼻⼼⼽⼾⼿⽀⽁⽂⽃⽄⽅⽆⽇⽈⽉⽊⽋⽌⽍⽎⽏⽐⽑⽒⽓⽔⽕⽖⽗⽘⽙⽚⽛⽜⽝⽞⽟⽠⽡⽢⽣⽤⽥⽦⽧⽨⽩⽪⽫'
        '⽬⽭⽮⽯⽰⽱⽲⽳⽴⽵⽶⽷⽸⽹⽺⽻⽼⽽⽾⽿⾀⾁⾂⾃⾄⾅⾆⾇⾈⾉⾊⾋⾌⾍⾎⾏⾐⾑⾒⾓⾔⾕⾖⾗⾘⾙⾚⾛⾜⾝⾞⾟⾠⾡'
        '⾢⾣⾤⾥⾦⾧⾨⾩⾪⾫⾬⾭⾮⾯⾰⾱⾲⾳⾴⾵⾶⾷⾸⾹⾺⾻⾼⾽⾾⾿⿀⿁⿂⿃⿄⿅⿆⿇⿈⿉⿊⿋⿌⿍⿎⿏⿐⿑⿒⿓⿔⿕',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
        '母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟'
        '一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴'
        '廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿'
        '目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵'
        '邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠'
    ), NFC), ' +', ' ', 'g'))
$$;

CREATE OR REPLACE FUNCTION pg_temp.tidied_code(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT btrim(regexp_replace(normalize(pg_temp.tidied($1), NFKC), ' +', ' ', 'g'))
$$;

CREATE OR REPLACE FUNCTION pg_temp.comparable(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(replace(pg_temp.tidied_code($1), ' ', ''))
$$;

-- Each name and other name with its place, and what it is compared by: worked out once, for a country has a hundred
-- thousand of them, and joined by plans that know how many there are.
CREATE TEMPORARY TABLE said ON COMMIT DROP AS
    SELECT kind, id, place, given, pg_temp.comparable(given) AS key FROM (
        SELECT 'unit' AS kind, id, 0 AS place, name AS given FROM unit
        UNION ALL SELECT 'unit', id, place, alias FROM unit, unnest(aliases) WITH ORDINALITY AS other (alias, place)
        UNION ALL SELECT 'group', id, 0, name FROM unit_group
        UNION ALL SELECT 'group', id, place, alias FROM unit_group, unnest(aliases) WITH ORDINALITY AS other (alias, place)
    ) AS named;
ANALYZE said;

-- Names that only one unit or group answers to are mended.
CREATE TEMPORARY TABLE mended_name ON COMMIT DROP AS
    SELECT kind, id, place, key, CASE WHEN free.key IS NULL THEN given ELSE pg_temp.tidied(given) END AS name
    FROM said LEFT JOIN (
        SELECT key FROM said WHERE key <> '' GROUP BY key HAVING count(DISTINCT (kind, id)) = 1
    ) AS free USING (key);
ANALYZE mended_name;

-- The other names in their order, without those that say the same as an earlier one, as the name, or nothing.
CREATE TEMPORARY TABLE mended ON COMMIT DROP AS
    SELECT own.kind, own.id, own.name, coalesce(other.aliases, '{}') AS aliases
    FROM mended_name AS own LEFT JOIN (
        SELECT kind, id, array_agg(name ORDER BY place) AS aliases FROM (
            SELECT DISTINCT ON (kind, id, other.key) kind, id, other.name, other.place
            FROM mended_name AS other JOIN mended_name AS own USING (kind, id)
            WHERE own.place = 0 AND other.place > 0 AND other.key NOT IN ('', own.key)
            ORDER BY kind, id, other.key, other.place
        ) AS distinct_ones GROUP BY kind, id
    ) AS other USING (kind, id)
    WHERE own.place = 0;
ANALYZE mended;

CREATE TEMPORARY TABLE mended_code ON COMMIT DROP AS
    SELECT min(id) AS id, code FROM (SELECT id, pg_temp.tidied_code(code) AS code FROM unit) AS said
    WHERE code <> '' GROUP BY code HAVING count(*) = 1;
ANALYZE mended_code;

WITH changed AS (
    UPDATE unit SET name = mended.name, aliases = mended.aliases, code = coalesce(mended_code.code, unit.code),
        version = version + 1
    FROM mended LEFT JOIN mended_code ON mended_code.id = mended.id
    WHERE mended.kind = 'unit' AND mended.id = unit.id
        AND (mended.name, mended.aliases, coalesce(mended_code.code, unit.code))
            IS DISTINCT FROM (unit.name, unit.aliases, unit.code)
    RETURNING unit.*
)
INSERT INTO outbox (id, type, payload, correlation_id)
SELECT gen_random_uuid(), 'unit.changed.v1', jsonb_build_object('unit_id', id, 'code', code, 'name', name, 'kind', kind,
    'parent_id', parent_id, 'is_active', is_active, 'version', version), 'migration t0004'
FROM changed;

UPDATE unit_group SET name = mended.name, aliases = mended.aliases, version = version + 1
FROM mended
WHERE mended.kind = 'group' AND mended.id = unit_group.id
    AND (mended.name, mended.aliases) IS DISTINCT FROM (unit_group.name, unit_group.aliases);
