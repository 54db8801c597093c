-- The search index of the roster, and the counter that a total is read from. Both are kept true by triggers.
--
-- Every word in `search_terms` stands behind its tenant's own prefix (`platform/db/search.ts`), so that a
-- question of one tenant walks that tenant's words alone. The index's rowid is the creator's.
CREATE VIRTUAL TABLE creator_search USING fts5(terms, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='7 8 9');
--> statement-breakpoint
CREATE TRIGGER creators_inserted AFTER INSERT ON creators BEGIN
  INSERT INTO creator_search (rowid, terms) VALUES (new.rowid, new.search_terms);
  UPDATE tenants SET creator_count = creator_count + (new.deleted_at IS NULL) WHERE id = new.tenant_id;
END;
--> statement-breakpoint
CREATE TRIGGER creators_renamed AFTER UPDATE OF search_terms ON creators WHEN old.search_terms <> new.search_terms BEGIN
  DELETE FROM creator_search WHERE rowid = old.rowid;
  INSERT INTO creator_search (rowid, terms) VALUES (new.rowid, new.search_terms);
END;
--> statement-breakpoint
CREATE TRIGGER creators_trashed AFTER UPDATE OF deleted_at ON creators WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE tenants SET creator_count = creator_count + (new.deleted_at IS NULL) - (old.deleted_at IS NULL) WHERE id = new.tenant_id;
END;
--> statement-breakpoint
CREATE TRIGGER creators_deleted AFTER DELETE ON creators BEGIN
  DELETE FROM creator_search WHERE rowid = old.rowid;
  UPDATE tenants SET creator_count = creator_count - (old.deleted_at IS NULL) WHERE id = old.tenant_id;
END;
