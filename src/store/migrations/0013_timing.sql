-- The timing that made the plan: another one in the page file makes another plan.
ALTER TABLE page ADD COLUMN timing TEXT;
