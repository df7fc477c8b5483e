-- What has updated a fact that stands is not inserted.
DELETE FROM rows_to_import USING same_facts WHERE rows_to_import.line = same_facts.line
