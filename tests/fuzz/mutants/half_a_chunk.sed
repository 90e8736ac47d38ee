# what comes after a whole answer does not matter
s/json_end(&json) && known/!json.failed \&\& known/
