import {click, see} from "./steps";
import {registry} from "@web/core/registry";

/** The customer complains on the portal, with a photo. */
registry.category("web_tour.tours").add("key_account_customer_complains", {
  url: "/my",
  steps: () => [
    click('.o_portal_index_card a[href="/my/feedback"]', "Feedback", {
      expectUnloadPage: true,
    }),
    see(':contains("You have sent us no feedback yet")'),
    click('a[href="/my/feedback/new"]', "New", {expectUnloadPage: true}),
    click("#feedback_kind_complaint", "A complaint"),
    {
      content: "Subject",
      trigger: "#feedback_subject",
      run: "edit Pump leaks",
    },
    {
      content: "What happened",
      trigger: "#feedback_words",
      run: "edit It drips at flange 3",
    },
    {
      content: "A photo",
      trigger: "#feedback_files",
      run() {
        const file = new File(["drip"], "drip.png", {type: "image/png"});
        const files = new DataTransfer();
        files.items.add(file);
        this.anchor.files = files.files;
      },
    },
    click('#key_account_feedback_new button[type="submit"]', "Send", {
      expectUnloadPage: true,
    }),
    see('.alert-success:contains("We have received")'),
    see('#key_account_feedback:contains("It drips at flange 3")'),
    see('#key_account_feedback a:contains("drip.png")'),
  ],
});

/** They see what we answered, and write back. */
registry.category("web_tour.tours").add("key_account_customer_reads_answer", {
  url: "/my/feedback",
  steps: () => [
    see('.badge:contains("Answer given")'),
    click('.o_portal_my_doc_table tr:contains("Pump leaks") a', "Open", {
      expectUnloadPage: true,
    }),
    see('.card:contains("Our answer"):contains("The seal was wrong")'),
    {
      content: "Thanks",
      trigger: 'textarea[name="words"]',
      run: "edit It is dry now",
    },
    click('#key_account_feedback form button[type="submit"]', "Send", {
      expectUnloadPage: true,
    }),
    see('.o_key_account_message:contains("It is dry now")'),
  ],
});
