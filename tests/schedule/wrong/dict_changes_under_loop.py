# error: one adds to a dict while another goes over it
class Register:
    def __init__(self):
        self.ages = {"ada": 36, "bob": 20}

    def total(self):
        total = 0
        for name in self.ages:
            total += self.ages[name]

    def add(self):
        self.ages["eve"] = 30


def scenario(together):
    register = Register()
    together(register.total, register.add)
    return True
