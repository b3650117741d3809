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

-- Names that only one unit or group answers to.
CREATE TEMPORARY TABLE free_name ON COMMIT DROP AS
    SELECT key FROM (
        SELECT 'unit' AS kind, id, pg_temp.comparable(name) AS key FROM unit
        UNION SELECT 'unit', id, pg_temp.comparable(alias) FROM unit, unnest(aliases) AS alias
        UNION SELECT 'group', id, pg_temp.comparable(name) FROM unit_group
        UNION SELECT 'group', id, pg_temp.comparable(alias) FROM unit_group, unnest(aliases) AS alias
    ) AS said
    WHERE key <> '' GROUP BY key HAVING count(*) = 1;

CREATE TEMPORARY TABLE free_code ON COMMIT DROP AS
    SELECT key FROM (SELECT pg_temp.tidied_code(code) AS key FROM unit) AS said WHERE key <> '' GROUP BY key HAVING count(*) = 1;

CREATE OR REPLACE FUNCTION pg_temp.mended(text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM free_name WHERE key = pg_temp.comparable($1)) THEN pg_temp.tidied($1) ELSE $1 END
$$;

-- The other names in their order, without those that say the same as an earlier one, as the name, or nothing.
CREATE OR REPLACE FUNCTION pg_temp.mended(aliases text[], name text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(pg_temp.mended(alias) ORDER BY place), '{}') FROM (
        SELECT DISTINCT ON (pg_temp.comparable(alias)) alias, place
        FROM unnest(aliases) WITH ORDINALITY AS given (alias, place)
        WHERE pg_temp.comparable(alias) NOT IN ('', pg_temp.comparable(name))
        ORDER BY pg_temp.comparable(alias), place
    ) AS distinct_ones
$$;

WITH mended AS (
    SELECT id, pg_temp.mended(name) AS name, pg_temp.mended(aliases, name) AS aliases,
        CASE WHEN EXISTS (SELECT FROM free_code WHERE key = pg_temp.tidied_code(code)) THEN pg_temp.tidied_code(code)
            ELSE code END AS code
    FROM unit
), changed AS (
    UPDATE unit SET name = mended.name, aliases = mended.aliases, code = mended.code, version = version + 1
    FROM mended
    WHERE mended.id = unit.id
        AND (mended.name, mended.aliases, mended.code) IS DISTINCT FROM (unit.name, unit.aliases, unit.code)
    RETURNING unit.*
)
INSERT INTO outbox (id, type, payload, correlation_id)
SELECT gen_random_uuid(), 'unit.changed.v1', jsonb_build_object('unit_id', id, 'code', code, 'name', name, 'kind', kind,
    'parent_id', parent_id, 'is_active', is_active, 'version', version), 'migration t0004'
FROM changed;

UPDATE unit_group SET name = mended.name, aliases = mended.aliases, version = version + 1
FROM (SELECT id, pg_temp.mended(name) AS name, pg_temp.mended(aliases, name) AS aliases FROM unit_group) AS mended
WHERE mended.id = unit_group.id AND (mended.name, mended.aliases) IS DISTINCT FROM (unit_group.name, unit_group.aliases);
