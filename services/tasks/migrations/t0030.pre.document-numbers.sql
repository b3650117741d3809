-- depends: t0029.pre.units-that-review
-- The number of the document that a checklist carries out, as 歙就组〔2025〕3号; '' where it has none, or nobody wrote it down.
ALTER TABLE checklist ADD COLUMN document_number text NOT NULL DEFAULT '';
