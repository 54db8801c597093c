-- What a person has of addresses is found by this, when they move to another one or leave.
CREATE INDEX `emails_by_person` ON `emails` (`tenant_id`,`user_id`);