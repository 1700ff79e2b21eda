-- team messengers are told nothing by a copy
UPDATE key_account_webhook
   SET active = false;
UPDATE key_account_webhook_message
   SET state = 'given_up',
       next_try_on = NULL
 WHERE state IN ('waiting', 'sending');
