-- Tags are found by their own key, which names their lead last: nobody asks for all of a lead's.
DROP INDEX lead_tags_by_lead;
