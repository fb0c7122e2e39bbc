{{ config(contract={'enforced': false}) }}
{{ delivered_people() }}
