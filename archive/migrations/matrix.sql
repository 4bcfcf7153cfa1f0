DROP INDEX said_about_country;

CREATE INDEX said_about_country ON said_about (country, target, said_on, tone) WHERE kind = 'country';
