"""First names that are common in the Netherlands, and words by which a place is known that was named after a person."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


# Written down from general knowledge, not taken from a register; without those that are ordinary Dutch words as well.
FIRST_NAMES = frozenset(
    _words(
        """
    Aart Abdel Abdul Abdullah Abraham Adam Adriaan Adriana Adrie Agnes Ahmed Aicha Aisha Albert Alexander Alexandra
    Ali Alice Alida Alie Aline Amber Amelia Amina Amir Amira Amy An Ana Andre Andrea Andreas Andries André Angela
    Angelique Anita Anja Anke Ankie Ann Anna Anne Anneke Annelies Annemarie Annemiek Annet Annette Annie Anniek
    Anouk Ans Anthonie Antoinette Anton Antonia Antonie Antonius Antoon Arend Ari Ariane Arie Arjan Arjen Arnold
    Arthur Astrid Aukje Ayoub Ayse Barbara Bart Bas Bastiaan Beatrix Ben Benjamin Berend Bernadette Bernard Bert
    Bertus Betsy Betty Bianca Bilal Björn Bob Boris Bouke Bram Brechtje Bren Brenda Brigitte Britt Bruno Carin
    Carina Carla Carlijn Carlo Carlos Carmen Carola Carolien Caroline Casper Catharina Catherine Cees Celine Chantal
    Charlotte Chris Christa Christel Christiaan Christian Christien Christina Christine Cindy Claire Claudia Cor
    Cornelia Cornelis Corrie Daan Damian Dana Daniel Danielle Danique Daniëlle Danny Daphne David Davy Debby Deborah
    Demi Denise Dennis Derk Dewi Diana Dick Diederik Dieuwke Dilara Dion Dirk Djamila Dominique Dorien Doris
    Dorothea Driss Dylan Ed Eddy Edith Eduard Edwin Eefje Eelco Egbert Elif Elin Eline Elisa Elisabeth Elise
    Elizabeth Elke Ella Ellen Elly Els Elsbeth Elske Emily Emine Emma Emmy Enes Eric Erica Erik Erna Ernst Erwin
    Esmee Esra Esther Eva Evelien Evelyn Evert Fabian Fadi Famke Farah Farida Fatima Fatma Feike Felix Femke Fenna
    Ferdinand Ferry Fien Fleur Floor Flora Florian Floris Fokke Francien Francis Francisca Franciscus Frank Frans
    Fred Frederik Freek Frits Gabriel Geert Geertje Geertruida Gerard Gerarda Gerben Gerda Gerhard Gerlof Gerrie
    Gerrit Gert Gertjan Gijs Gijsbert Giovanni Goran Greet Greetje Grietje Guido Guus Hamid Hamza Hanna Hannah
    Hanneke Hannie Hanny Hans Harm Harma Harold Harry Hasan Hassan Heidi Hein Heleen Helen Helena Hendrik Hendrika
    Hendrikus Henk Hennie Henny Henri Henriette Herman Hermanus Hessel Hetty Hilda Hilde Hubert Hugo Huseyin Hüseyin
    Ibrahim Ilona Ilse Imane Imke Ina Indra Ineke Inge Ingeborg Ingrid Irene Irma Isa Isabel Isabella Ismail Ivan
    Ivo Ivonne Jaap Jacco Jack Jacob Jacoba Jacobus Jacqueline Jaimy Jamal Jamila Jan Janine Janna Janneke Jannie
    Jantje Jarno Jasmijn Jasper Jayden Jeanette Jeanine Jelle Jelmer Jennifer Jenny Jens Jeroen Jesper Jesse Jessica
    Jet Jetty Jim Jits Joan Joanna Job Jochem Joep Joey Johan Johanna Johannes John Johnny Jolanda Jonas Jonathan
    Joop Joost Jordi Jordy Joris Jos Jose Josef Josefien Joseph Josephine Joske José Joyce Juan Judith Julia Julian
    Juliana Julie Jurgen Jurre Justin Kaan Karel Karen Karim Karin Karlijn Kasper Katja Kees Kelly Kenneth Kevin
    Khadija Khalid Kim Klaas Klaasje Koen Koenraad Krista Kristel Laila Lambert Lana Lars Laura Laurens Lea Leah
    Leen Leendert Lena Leo Leon Leonard Leonie Leontien Levi Lia Lianne Lidia Lieke Lien Lies Liesbeth Lieve Lilian
    Lina Linda Linde Lindsey Linn Lisa Lisanne Lisette Liza Loes Lois Lorenzo Lotte Lou Louis Louisa Louise Luc
    Lucas Lucia Luciano Lucie Luka Lukas Luuk Lydia Lynn Maaike Maarten Maartje Machteld Madelon Malika Manon Manuel
    Marc Marcel Marcella Marco Margaretha Margje Margot Margreet Margriet Maria Mariam Marian Marianne Marie Marieke
    Marijke Marijn Marina Marinus Mario Marion Mariska Marit Mariëlle Marja Marjan Marjolein Marjolijn Marleen
    Marlies Marloes Martha Martijn Martin Martine Martinus Mary Maryam Mathijs Mathilde Matthias Matthijs Maud
    Maureen Maurice Maurits Mauro Mehmet Melanie Melissa Melle Menno Merel Merve Meryem Mia Michael Michel Michelle
    Michiel Mick Mieke Miep Mike Mila Milan Mimoun Mina Minke Miranda Mirjam Mirte Mohamed Mohammad Mohammed Mohamud
    Monique Mourad Muhammed Murat Mustafa Myra Myrthe Nadia Nadine Nancy Naomi Natalie Natasja Nathalie Nel Nelleke
    Nellie Nick Nicky Nico Nicolaas Nicole Niek Niels Nienke Nina Noa Noah Noor Noortje Nora Nouri Nout Olaf Olga
    Oliver Olivia Omar Onno Oscar Osman Otto Pascal Patricia Patrick Paul Paula Pauline Pepijn Peter Petra
    Petronella Philip Pien Piet Pieter Pieterke Pieternel Pim Puck Quinten Quirijn Rachel Rachid Raf Ralph Ramon
    Raymond Rebecca Regina Reinier Reinout Remco Remy Renate Rene Renske René Renée Ria Rianne Richard Rick Rik Rita
    Rob Robbert Robert Robin Roderik Roel Roelof Roger Roland Rolf Romy Ron Ronald Roos Rosa Rosalie Rosanne Roy
    Ruben Rudolf Ruth Ruud Ryan Saar Sabine Sabrina Said Sam Samantha Samir Samira Samuel Sander Sandra Sanne Sara
    Sarah Saskia Selma Sem Senna Serge Sergio Shirley Siebe Siem Sien Sietske Silvia Simon Simone Sjaak Sjoerd Sjors
    Sofia Sofie Sonja Sophia Sophie Stan Stef Stefan Stefanie Steffie Stella Steven Stijn Suleyman Susan Susanne
    Suzanne Sven Sybren Sylvia Tamara Tanja Tara Teije Tess Tessa Teun Teunis Thea Theo Theodora Theodorus Thijs
    Thomas Tijmen Tijn Tim Timo Tineke Tjeerd Tobias Tom Tomas Ton Tonnie Tony Toon Trudy Truus Twan Ursula
    Valentijn Vera Veronica Victor Vincent Vivian Walter Wendy Wessel Wiebe Wietske Wil Wilbert Wilfred Wilhelmina
    Wilhelmus Willem Willemien Willemijn Wilma Wim Wouter Xander Yara Yasemin Yasin Yasmin Yasmina Yassin Yousra
    Youssef Yusuf Yvette Yvonne Zahra Zakaria Zeynep Zoe Zoë
    """
    )
)

# Surnames of which a lower-case text is taken for a name as well, since a column or a file may be called so.
SURNAMES = frozenset(
    _words(
        """
    bakker beek berg blom boer boersma bos bosch bosma bouma bouzid brink broek brouwer bruijn bruin celik dam
    dekker demir dijk dijkstra doorn elmas gerrits gerritsen graaf groen groot haan haddad heijden hendriks
    hendriksen hermans heuvel hoekstra hofman hofstra huisman jacobs jacobse jager jansen janssen jong jonge jonker
    kaya kok koning koster kramer kuiper kuipers leeuwen linde linden maas martens meer meijer meulen meyer molen
    mulder ozturk peeters peters pieterse pietersen postma prins ridder sanders schipper scholten schouten smit
    smits timmermans vandijk veen veenstra ven verbeek verhoeven vermeulen vink visser vliet vos vries wal wiersma
    willems willemsen wit wolters yilmaz zijlstra
    """
    )
)

# What an area is called after a person ends in, or is followed by.
PLACE_ENDINGS = tuple(
    _words(
        """
    berg bos bosch brug buurt buurten centrum complex dijk dorp dreef eiland erf flat gebied gebouw gracht hage
    haven heuvel hoeve hof hove hoven huis kade kerk kwartier laan lanen markt oord pad park plaat plaats plantsoen
    plein polder poort rade ring school singel sluis stad steeg stichting straat straten terrein vaart veld velden
    weg wegen wijk
    """
    )
)
PLACE_WORDS = frozenset(
    _words(
        """
    Buurt Centrum College Complex Dorp Gewanden Hoop Kwartier Midden Noord Noordoost Noordwest Omgeving Oost Park
    Plein Polder School Stad Stichting Terrein Tuin West Wijk Ziekenhuis Zuid Zuidoost Zuidwest en omgeving
    """
    )
)
# People who died long ago, after whom areas are called.
COMMEMORATED = frozenset(
    {
        "anna paulowna",
        "anne frank",
        "gerard dou",
        "jan steen",
        "jan van galen",
        "johan de witt",
        "nico bergsteijn",
        "willem de zwijger",
    }
)
